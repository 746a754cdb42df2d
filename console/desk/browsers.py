"""Which browser a request comes from, as people name it; a browser may say anything it likes."""

_FAMILIES = (
    ("micromessenger", "WeChat"),
    ("dingtalk", "DingTalk"),
    ("edg", "Edge"),
    ("firefox", "Firefox"),
    ("qqbrowser", "QQ"),
    ("360", "360"),
    ("ucbrowser", "UC"),
    ("opr/", "Opera"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
"""What a browser says, in small letters -> its family. Most of them also say Chrome and Safari."""
_SYSTEMS = (
    ("harmony", "HarmonyOS"),
    ("android", "Android"),
    ("iphone", "iOS"),
    ("ipad", "iPadOS"),
    ("windows", "Windows"),
    ("mac os", "macOS"),
    ("linux", "Linux"),
)


def family_of(agent: str) -> str:
    """Return `Firefox, Linux` for the header User-Agent of one; "" for one that is not known."""
    said = agent.lower()
    found = (
        next((name for mark, name in names if mark in said), "") for names in (_FAMILIES, _SYSTEMS)
    )
    return ", ".join(name for name in found if name)
