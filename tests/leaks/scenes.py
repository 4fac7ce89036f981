"""The audiences that are listened at: who chooses what, and who is inside, told by name.

`inside` is written by hand from product §2. It is the answer key: nothing here asks the door.
"""

from dataclasses import dataclass, field

EVERYONE = ("chair", "head", "delegate", "rival", "neighbour", "outsider", "representative", "at_risk", "secretariat")
GOVERNMENTS = ("chair", "head", "delegate", "rival", "neighbour", "outsider")


def but(names, *left_out):
    return tuple(name for name in names if name not in left_out)


@dataclass
class Scene:
    """One audience. `then`: what happens to its items afterwards (held, narrowed, withdrawn or ended)."""

    name: str
    author: str
    inside: tuple
    circles: tuple = ()
    choice: dict = field(default_factory=dict)
    then: str = ""


SCENES = (
    Scene("everyone", "neighbour", EVERYONE, ("everyone",), {"marking": "GREEN"}),
    Scene("governments without Mongolia", "head", but(GOVERNMENTS, "rival"), ("governments",), {"without": ["MN"]}),
    Scene(
        "a mix of governments without Mongolia and one organisation",
        "representative",
        (*but(GOVERNMENTS, "rival"), "representative"),
        ("governments",),
        {"without": ["MN"], "organisations": ["N1"]},
    ),
    Scene("a standing group", "chair", ("chair", "neighbour", "representative"), (), {"groups": ["team"]}),
    Scene("civil society", "representative", ("representative", "at_risk"), ("civil_society",), {}),
    Scene("secretariat", "secretariat", ("secretariat",), ("secretariat",), {}),
    Scene("one delegation", "head", ("head", "delegate"), (), {"organisations": ["LT"], "marking": "AMBER+STRICT"}),
    Scene("named people, RED", "head", ("head", "neighbour"), (), {"people": ["head", "neighbour"], "marking": "RED"}),
    Scene("an at-risk author", "at_risk", ("at_risk", "secretariat"), ("secretariat",), {}),
    Scene("held", "neighbour", ("neighbour",), ("everyone",), {}, "held"),
    Scene("narrowed to one delegation", "head", ("head", "delegate"), ("everyone",), {}, "narrowed"),
    Scene("ended", "head", ("head",), ("everyone",), {}, "ended"),
)
