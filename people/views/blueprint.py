"""The blueprint that the views of this package share, and its masks for templates."""

from __future__ import annotations

from flask import Blueprint

from people.identifiers import mask_id_number, mask_mobile, mask_name

bp = Blueprint("people", __name__)
bp.add_app_template_filter(mask_id_number, "id_mask")
bp.add_app_template_filter(mask_name, "name_mask")
bp.add_app_template_filter(mask_mobile, "mobile_mask")
