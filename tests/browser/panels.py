"""Live panels as they stand on a page, and a hand that moves their controls."""

SOON = 300  # milliseconds between two looks at something that should stand still
CHANGED = "([panel, before]) => panel.querySelector('code').textContent !== before"


class Slider:
    """A slider found by its name."""

    def __init__(self, panel, name):
        self.page = panel.page
        self.box = panel.locator(".widget-slider", has=panel.page.get_by_text(name, exact=True))
        self.handle = self.box.locator(".noUi-handle")

    def reads(self):
        return self.box.locator(".widget-readout").inner_text().replace("−", "-")  # as in code

    def drag(self, by):
        """Press the mouse on the handle, move it by some pixels, let go."""
        self.handle.scroll_into_view_if_needed()
        box = self.handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by, y, steps=4)
        self.page.mouse.up()

    def press(self, key, times=1):
        self.handle.focus()
        for _ in range(times):
            self.page.keyboard.press(key)


class Live:
    """A panel with a picture that follows its controls."""

    def __init__(self, cell):
        self.page = cell.page
        self.panel = cell.locator(".dreamkit-live")
        self.panel.scroll_into_view_if_needed()

    def slider(self, name):
        return Slider(self.panel, name)

    def code(self):
        """The call that the panel says makes the same."""
        return self.panel.locator("code").inner_text()

    def shown(self):
        """The picture, or pictures, and whatever text is beside them."""
        return self.picture().inner_html()

    def picture(self):
        """Where they stand."""
        return self.panel.locator(".widget-html-content:has(img, .dreamkit-letters, b)")

    def words(self):
        return self.panel.inner_text()

    def follow(self, before):
        """Wait until the panel shows something else than the call ``before``, and stands still."""
        self.page.wait_for_function(CHANGED, arg=[self.panel.element_handle(), before])
        return self.settled()

    def settled(self):
        last = None
        while last != (last := (self.words(), self.shown())):
            self.page.wait_for_timeout(SOON)
        return self.code()
