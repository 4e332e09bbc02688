"""Take a picture from the reader's computer: chosen, dropped or pasted."""

from typing import Any

import anywidget
import traitlets

from ..images import endings

LARGEST = 9_500_000  # bytes: Jupyter closes the connection over messages of 10 MB


class PictureInput(anywidget.AnyWidget):
    """A button that opens a picture, and on which one can be dropped or pasted.

    Parameters
    ----------
    description : str
        What the picture is for, on the button.

    Attributes
    ----------
    value : list of dict
        Nothing, or one file as a ``FileUpload`` of ipywidgets 8 holds it: ``name``, ``content``.
    """

    value: traitlets.List[Any] = traitlets.List().tag(sync=True)
    description = traitlets.Unicode().tag(sync=True)
    largest = traitlets.Int(LARGEST).tag(sync=True)
    accept = traitlets.Unicode().tag(sync=True)  # browsers know few endings by themselves
    _esm = """
    function render({ model, el }) {
      const button = document.createElement("button");
      button.className = "jupyter-widgets jupyter-button widget-button dreamkit-picture-input";
      button.title = "Choose a picture, or drop or paste one here";
      const say = (words) => (button.textContent = `${model.get("description")}: ${words}`);
      const now = () => say(model.get("value")[0]?.name ?? "choose, drop or paste");

      async function take([file]) {
        if (!file) return say("that was no file, save the picture first");
        if (file.size > model.get("largest")) {
          return say(`${file.name} is too large to send, open it by dk.load_image`);
        }
        const content = new DataView(await file.arrayBuffer());
        model.set("value", [{ name: file.name, content }]);
        model.save_changes();
      }

      const chooser = document.createElement("input");
      chooser.type = "file";
      chooser.accept = model.get("accept");
      chooser.addEventListener("change", () => take(chooser.files));
      button.addEventListener("click", () => {
        chooser.value = "";  // or the same file, changed since, would not be taken again
        chooser.click();
      });
      button.addEventListener("dragover", (event) => event.preventDefault());
      button.addEventListener("drop", (event) => {
        event.preventDefault();
        event.stopPropagation();
        take(event.dataTransfer.files);
      });
      button.addEventListener("paste", (event) => {
        event.preventDefault();
        event.stopPropagation();
        take(event.clipboardData.files);
      });
      model.on("change:value", now);
      now();
      el.append(button);
    }
    export default { render };
    """

    @traitlets.default("accept")
    def _all_that_is_read(self) -> str:
        return ",".join(["image/*", *sorted(endings())])

    _css = ".dreamkit-picture-input { width: auto; }"
