/** On every page that has something live: shows the button, and loads the rest when it is pressed. */

for (const section of document.querySelectorAll("section.live")) {
  const button = section.querySelector("button");
  const note = section.querySelector(".live-note");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.textContent = "Loading …";
    try {
      const { open } = await import(`./${section.dataset.live}_page.js`);
      await open(section);
      section.querySelector(".live-go").focus(); // the button that had it is gone
    } catch (error) {
      button.disabled = false;
      button.textContent = "Try again";
      note.textContent = error.message;
      note.setAttribute("role", "alert");
    }
  });
}
