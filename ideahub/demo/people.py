"""The demo's organisations and people, all made up."""

from ideahub.core.viewer import Role
from ideahub.demo.shapes import DemoPerson

# key: (name, parent, mail domain)
ORGANISATIONS = {
    "city": ("City of Lindenau", "", "lindenau.example"),
    "mobility": ("Mobility", "city", None),
    "schools": ("Schools and Youth", "city", None),
    "services": ("Citizen Services", "city", None),
    "ministry": ("Ministry of Public Administration", "", "ministry.example"),
    "digital": ("Digital Services Division", "ministry", None),
}

PEOPLE = (
    DemoPerson("ada", "Ada Brandt", "Clerk at the counter", "services"),
    DemoPerson("ben", "Ben Okafor", "Traffic engineer", "mobility"),
    DemoPerson("clara", "Clara Nguyen", "School social worker", "schools"),
    DemoPerson("mira", "Mira Novak", "Caseworker", "digital"),
    DemoPerson("deniz", "Deniz Kaya", "Nurse and father of two"),
    DemoPerson("elena", "Elena Petrova", "Retired teacher"),
    DemoPerson("farid", "Farid Haddad", "Student of geography"),
    DemoPerson(
        "greta", "Greta Lindqvist", "Director of Mobility", "city", ((Role.LEADER, "city"),)
    ),
    DemoPerson(
        "henrik", "Henrik Aalto", "State secretary", "ministry", ((Role.LEADER, "ministry"),)
    ),
    DemoPerson(
        "ines",
        "Ines Moreau",
        "Innovation manager",
        "city",
        ((Role.MANAGER, "city"), (Role.ADMIN, "")),
    ),
    DemoPerson(
        "jonas",
        "Jonas Weber",
        "Head of Digital Services",
        "ministry",
        ((Role.MANAGER, "ministry"),),
    ),
    DemoPerson("kofi", "Kofi Mensah", "Professor of design", ""),
    DemoPerson("lena", "Lena Fischer", "Community editor", "services", ((Role.MODERATOR, "city"),)),
)

FIRST_NAMES = (
    "Amira Anton Aylin Bruno Carla Chidi Daria Dmitri Emma Emre Fatou Felix Hana Hugo Ilse Ivan "
    "Jana Joao Kaja Karim Lea Luca Malik Marta Nadia Nils Olga Omar Paula Pavel Quinn Rania Rosa "
    "Samir Sofia Tariq Tilda Umar Vera Viktor Wanda Yusuf Zoe Zoran"
).split()
LAST_NAMES = (
    "Abreu Becker Costa Demir Eriksen Fuchs Garcia Hoffmann Ionescu Jansen Kowalski Larsen Meyer "
    "Nowak Osei Pohl Rossi Sahin Toth Ulrich Vogel Wagner Yilmaz Zimmermann"
).split()


def residents(number: int) -> list[str]:
    """Names for people who only vote in the demo."""
    return [
        f"{FIRST_NAMES[index % len(FIRST_NAMES)]} {LAST_NAMES[(index * 7) % len(LAST_NAMES)]}"
        for index in range(number)
    ]
