"""Every hazard by its id."""

from collections.abc import Mapping

from app.readiness.detectors.migrations.hazards.column_hazards import COLUMN_HAZARDS
from app.readiness.detectors.migrations.hazards.constraint_hazards import CONSTRAINT_HAZARDS
from app.readiness.detectors.migrations.hazards.data_hazards import DATA_HAZARDS, PROCESS_HAZARDS
from app.readiness.detectors.migrations.hazards.hazard import Hazard
from app.readiness.detectors.migrations.hazards.index_hazards import INDEX_HAZARDS
from app.readiness.detectors.migrations.hazards.object_hazards import OBJECT_HAZARDS
from app.readiness.detectors.migrations.hazards.table_hazards import TABLE_HAZARDS

GROUPS: Mapping[str, tuple[Hazard, ...]] = {
    "Columns": COLUMN_HAZARDS,
    "Keys and constraints": CONSTRAINT_HAZARDS,
    "Indexes": INDEX_HAZARDS,
    "Tables": TABLE_HAZARDS,
    "Other objects": OBJECT_HAZARDS,
    "Rows and transactions": DATA_HAZARDS,
    "The order of migrations": PROCESS_HAZARDS,
}
HAZARDS: Mapping[str, Hazard] = {hazard.id: hazard for group in GROUPS.values() for hazard in group}
