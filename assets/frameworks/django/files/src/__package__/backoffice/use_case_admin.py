{% set optional_text = resources | sum(attribute="fields", start=[]) | selectattr("type", "equalto", "text") | selectattr("optional") | list %}
"""The pages of a resource. Reading is Django's own; what people enter goes through the use cases."""

from collections.abc import Callable, Sequence
from copy import copy
from typing import TYPE_CHECKING, ClassVar, Protocol, cast, override
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Field, Model, QuerySet, TextField
from django.db.transaction import atomic
from django.forms import BaseForm, HiddenInput, ModelForm
from django.forms import Field as FormField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from {{ package }}.backoffice.form_errors import FormError, form_error_for
from {{ package }}.domain.errors import DomainError
from {{ package }}.domain.result import Err, Ok, Result


class Entity(Protocol):
    @property
    def id(self) -> UUID: ...


class EntityRow[E: Entity](Protocol):
    def to_domain(self) -> E: ...


class UseCaseForm(ModelForm):
    """Shows what the domain refused as an error of its own."""

    refused: ClassVar[FormError | None] = None
{% if "+update" in uses %}

    class Meta:
        # Comes back as it was shown, so that the use case can tell that a form is out of date.
        widgets: ClassVar[dict[str, type[HiddenInput]]] = {"version": HiddenInput}
{% endif %}

    @override
    def clean(self) -> dict[str, object]:
        """Leave what `super().clean()` would have checked, uniqueness and constraints, to the domain."""
        if self.refused:
            names = self.refused.field, self.refused.field.removesuffix("_id")
            self.add_error(next((name for name in names if name in self.fields), None), str(self.refused))
        return self.cleaned_data


class UseCaseAdmin[Row: Model, E: Entity](ModelAdmin[Row] if TYPE_CHECKING else ModelAdmin):
    """Has the pages for which there are use cases."""

    form: type[BaseForm] = UseCaseForm
    readonly_fields = ("id", "created_at")  # pyright: ignore[reportUnannotatedClassAttribute] - the stubs have its type
    ordering: Sequence[str] | None = ("-created_at", "-id")
{% if "+uncreated" in uses %}
    can_create: ClassVar[bool] = True
{% endif %}
    show_full_result_count: bool = False  # each page counts what it is filtered to, and not the whole table as well
{% if "+update" in uses %}
    can_update: ClassVar[bool] = False
{% if "+parent" in uses %}
    fixed: ClassVar[tuple[str, ...]] = ()
    """The fields that keep the value they were created with."""
{% endif %}
{% endif %}
{% if "+delete" in uses %}
    can_delete: ClassVar[bool] = False
{% endif %}

    def create(self, given: E) -> Result[E, DomainError]:
        """Call the use case, which takes from `given` what a person entered."""
        raise NotImplementedError(given)
{% if "+update" in uses %}

    def update(self, given: E, changes: object) -> Result[E, DomainError]:
        raise NotImplementedError(given, changes)
{% endif %}
{% if "+delete" in uses %}

    def delete(self, stored: E) -> Result[None, DomainError]:
        raise NotImplementedError(stored)
{% endif %}

{% if "+uncreated" in uses %}
    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.can_create and super().has_add_permission(request)

{% endif %}
    @override
    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return {{ "self.can_update and super().has_change_permission(request, obj)" if "+update" in uses else "False" }}

    @override
    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return {{ "self.can_delete and super().has_delete_permission(request, obj)" if "+delete" in uses else "False" }}

    @override
    def get_fields(self, request: HttpRequest, obj: Row | None = None) -> Sequence[Callable[..., object] | str]:
        fields = super().get_fields(request, obj)
        return [*fields, "id", "created_at"{{ ', *(("version",) if self.can_update else ())' if "+update" in uses }}] if obj else fields
{% if "+update" in uses and "+parent" in uses %}

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> list[str] | tuple[str, ...]:
        always = super().get_readonly_fields(request, obj)
        return [*self.fixed, *always] if obj else always
{% endif %}
{% if optional_text %}

    @override
    def formfield_for_dbfield(self, db_field: "Field[object, object]", request: HttpRequest | None, **kwargs: object) -> FormField | None:
        if isinstance(db_field, TextField) and db_field.null:
            kwargs["empty_value"] = None
        return super().formfield_for_dbfield(db_field, request, **kwargs)
{% endif %}

    @override
    def save_model(self, request: HttpRequest, obj: Row, form: ModelForm, change: bool) -> None:
        try:
            given = self._entity(obj)
        except ValueError as broken:
            # The message begins with the name of the field, as in `total: expected > 0`.
            raise FormError(str(broken), str(broken).partition(":")[0]) from broken
{% if "+update" in uses %}
        match self.update(given, _changes(given, form.changed_data)) if change else self.create(given):
{% else %}
        match self.create(given):
{% endif %}
            case Ok(stored):
                obj.pk = stored.id
            case Err(error):
                raise form_error_for(error)

    @override
    def changeform_view(self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, bool] | None = None) -> TemplateResponse:
        """Show the form again where the domain refused it, with the reason beside what was entered."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except FormError as refused:
            again = copy(self)
            again.form = type("FormWithReason", (self.form,), {"refused": refused})
            return super(UseCaseAdmin, again).changeform_view(request, object_id, form_url, extra_context)
{% if "+delete" in uses %}

    @override
    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        match self.delete(self._entity(obj)):
            case Ok():
                return
            case Err(error):
                raise form_error_for(error)

    @override
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Row]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    @override
    def get_deleted_objects(self, objs: QuerySet[Row], request: HttpRequest) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Name what is to be deleted. What refers to it may be a million rows, and the use case looks for them."""
        names = [str(row) for row in objs]
        return names, {str(self.opts.verbose_name_plural): len(names)}, set(), []

    @override
    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, str] | None = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except FormError as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
{% endif %}

    @override
    def response_action(self, request: HttpRequest, queryset: QuerySet[Row], **options: object) -> HttpResponseBase | None:
        """Run an action in one transaction, which Django does not open in a list, and show what the domain refused."""
        try:
            with atomic():
                return super().response_action(request, queryset, **options)
        except FormError as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return None

    def _entity(self, row: Row) -> E:
        return cast("EntityRow[E]", cast("object", row)).to_domain()
{% if "+update" in uses %}


def _changes(given: Entity, changed: Sequence[str]) -> dict[str, object]:
    """Return the fields that are not what they were; a reference has the name of its column."""
    names = {name if hasattr(given, name) else f"{name}_id" for name in changed}
    return {name: cast("object", getattr(given, name)) for name in names}
{% endif %}
