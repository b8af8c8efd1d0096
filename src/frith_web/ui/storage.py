"""Static files under names that hold their hash, compressed, so that a browser may keep them."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which also rewrites what a JavaScript module imports."""

    support_js_module_import_aggregation = True
