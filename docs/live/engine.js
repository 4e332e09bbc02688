/**
 * TensorFlow.js, loaded when it is first needed, on whatever computes fastest here: a graphics card
 * through WebGL, or the processor through WebAssembly. It is the global `tf`.
 */

const HOME = new URL("./tensorflow/", import.meta.url);
const scripts = new Map();

/**
 * Whether a graphics card draws; many machines imitate one, which is slower than WebAssembly.
 * @returns {boolean}
 */
function hasGraphicsCard() {
  const gl = document.createElement("canvas").getContext("webgl2");
  const told = gl?.getExtension("WEBGL_debug_renderer_info");
  const name = told && gl.getParameter(told.UNMASKED_RENDERER_WEBGL);
  gl?.getExtension("WEBGL_lose_context")?.loseContext(); // a page may have few of them
  return !!gl && !/SwiftShader|llvmpipe|softpipe|Basic Render/i.test(name);
}

/**
 * Backends that may work here, the fastest first.
 * @returns {string[]}
 */
export function backends() {
  const asked = new URLSearchParams(location.search).get("backend");
  if (asked) return [asked];
  const wasm = typeof WebAssembly === "object" ? ["wasm"] : [];
  return hasGraphicsCard() ? ["webgl", ...wasm] : wasm;
}

/**
 * Make the first of some backends that works the one that computes.
 * @param {string[]} wanted
 * @returns {Promise<string>} its name
 */
export async function start(wanted = backends()) {
  if (wanted.length) await script("tf");
  for (const name of wanted) {
    if (tf.getBackend() === name) return name;
    if (name === "wasm") {
      await script("tf-backend-wasm");
      tf.wasm.setWasmPaths(HOME.href);
    }
    if (await tf.setBackend(name)) return name;
  }
  throw new Error(
    "This browser has neither WebGL nor WebAssembly, and so nothing to compute with. A current " +
      "Firefox, Chrome, Edge or Safari has both.",
  );
}

/** @param {string} name */
function script(name) {
  if (!scripts.has(name)) {
    const load = (resolve, reject) => {
      const tag = document.createElement("script");
      tag.src = new URL(`${name}.es2017.min.js`, HOME).href;
      tag.onload = resolve;
      tag.onerror = () => {
        scripts.delete(name);
        reject(new Error(`${name} could not be loaded. Is the network there? Try again.`));
      };
      document.head.append(tag);
    };
    scripts.set(name, new Promise(load));
  }
  return scripts.get(name);
}

/**
 * Call back when the browser takes the graphics card away, as it may from a tab that waits.
 * @param {() => void} callback
 */
export function whenLost(callback) {
  if (tf.getBackend() !== "webgl") return;
  tf.backend().gpgpu.gl.canvas.addEventListener("webglcontextlost", callback, { once: true });
}
