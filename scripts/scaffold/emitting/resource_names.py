"""How a resource is called in what is emitted, and under which path it is served."""

from scaffold.asking.english import a, words
from scaffold.asking.names import class_name
from scaffold.asking.resource import Resource


def forms(name: str, noun: str) -> dict[str, str]:
    """Return the forms in which templates may want a noun, each under its name in the same form."""
    return {
        name: noun,
        class_name(name): class_name(noun),
        name.upper(): noun.upper(),
        f"{name}_words": words(noun),
        f"{class_name(name)}_words": words(noun).capitalize(),
    }


def names_of(resource: Resource) -> dict[str, str]:
    """Return the names of a resource, as templates and manifests use them."""
    return {
        "slug": resource.plural.replace("_", "-"),
        "dashed": resource.singular.replace("_", "-"),
        "a_noun": a(resource.singular),
        "A_noun": a(resource.singular).capitalize(),
        "id_in_path": f"{{{resource.singular}_id}}",
        **forms("noun", resource.singular),
        **forms("nouns", resource.plural),
    }


def path_of(resource: Resource, parent: Resource | None) -> str:
    """Return the path of a resource, below that of its parent where it has one."""
    above = f"/{names_of(parent)['slug']}/{names_of(parent)['id_in_path']}" if parent else ""
    return f"{above}/{names_of(resource)['slug']}"
