"""The name of a browser, read from its User-Agent header."""

from ideahub.core.i18n import _

# In this order: most browsers also name those further down.
_BROWSERS = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox/", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
)
_SYSTEMS = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("cros", "ChromeOS"),
    ("mac os x", "Mac"),
    ("linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """A browser's name and system, such as "Firefox on Linux", as far as the User-Agent tells."""
    line = agent.lower()
    browser = next((name for mark, name in _BROWSERS if mark in line), "")
    system = next((name for mark, name in _SYSTEMS if mark in line), "")
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("An unknown browser")
