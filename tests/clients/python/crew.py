"""A crew on Python, with stubs that grpc_tools made from proto/ alone.

    crew.py STUBS ADDRESS SPACE TOKEN_FILE

Finds spaces from the centre of Glasgow, watches SPACE, holds a place there, sees its own hold in the watch, arrives, and prints what it
saw as JSON.
"""
import json
import os
import sys
import time
import uuid

import grpc

STUBS, ADDRESS, SPACE, TOKEN_FILE = sys.argv[1:5]
sys.path.insert(0, STUBS)
# grpc and google are installed packages already: look for grpc.health and google.rpc in the stubs as well.
import google  # noqa: E402

for package, folder in ((grpc, "grpc"), (google, "google")):
    package.__path__.append(os.path.join(STUBS, folder))

from google.rpc import error_details_pb2, status_pb2  # noqa: E402
from grpc.health.v1 import health_pb2, health_pb2_grpc  # noqa: E402
from safespacecapacity.v1 import common_pb2, crew_service_pb2, crew_service_pb2_grpc  # noqa: E402

with open(TOKEN_FILE, encoding="ascii") as file:
    CALL = {"timeout": 60, "metadata": (("authorization", "Bearer " + file.read().strip()),)}


def numbers(availability):
    """The counts; None where absent, which is not zero."""
    names = ("places", "safe_capacity", "occupied", "held", "available")
    return {n: getattr(availability, n) if availability.WhichOneof("optional_" + n) else None for n in names}


def watched(events, wanted):
    """The numbers of SPACE in the next event of this kind that satisfies wanted."""
    for event in events:
        kind = event.WhichOneof("event")
        spaces = event.snapshot.spaces if kind == "snapshot" else [event.changed] if kind == "changed" else []
        for space in spaces:
            if space.availability.space_id == SPACE and wanted(kind, space.availability):
                return {"event": kind, **numbers(space.availability)}
    raise SystemExit("the watch ended too early")


def refusal(crew):
    """What a request that breaks two rules is told, with the fields it names."""
    try:
        crew.HoldPlace(crew_service_pb2.HoldPlaceRequest(command_id="no uuid", space_id=SPACE, legal_status=1), **CALL)
    except grpc.RpcError as error:
        details = dict(error.trailing_metadata())["grpc-status-details-bin"]
        broken = error_details_pb2.BadRequest()
        status_pb2.Status.FromString(details).details[0].Unpack(broken)
        return {"code": error.code().name, "fields": [violation.field for violation in broken.field_violations]}
    return {"code": "OK"}


def main():
    channel = grpc.insecure_channel(ADDRESS, options=(("grpc.enable_http_proxy", 0),))
    crew = crew_service_pb2_grpc.CrewServiceStub(channel)
    health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=60)

    point = common_pb2.Wgs84Point(latitude=55.8609, longitude=-4.2514)
    found = crew.FindSpaces(
        crew_service_pb2.FindSpacesRequest(
            origin=crew_service_pb2.Origin(wgs84=point),
            needs=[common_pb2.NEED_WHEELCHAIR],
            age_band=common_pb2.AGE_BAND_ADULT,
            legal_status=common_pb2.LEGAL_STATUS_VOLUNTARY,
        ),
        **CALL,
    )

    watch = crew.WatchSpaces(crew_service_pb2.WatchSpacesRequest(space_ids=[SPACE]), **CALL)
    before = watched(watch, lambda kind, _: kind == "snapshot")

    command = str(uuid.uuid4())
    request = crew_service_pb2.HoldPlaceRequest(
        command_id=command,
        space_id=SPACE,
        needs=[common_pb2.NEED_WHEELCHAIR],
        age_band=common_pb2.AGE_BAND_ADULT,
        legal_status=common_pb2.LEGAL_STATUS_VOLUNTARY,
        person_agreed=True,
        call_sign="Python 1",
    )
    request.eta.FromSeconds(int(time.time()) + 20 * 60)
    held = crew.HoldPlace(request, **CALL)
    again = crew.HoldPlace(request, **CALL)
    seen_held = watched(watch, lambda kind, now: kind == "changed" and now.held == before["held"] + 1)

    arrive = crew_service_pb2.ConfirmArrivalRequest(
        command_id=str(uuid.uuid4()), space_id=SPACE, hold_id=held.placed.hold_id, handover_minutes=4)
    arrived = crew.ConfirmArrival(arrive, **CALL)
    seen_arrived = watched(watch, lambda kind, now: kind == "changed" and now.occupied == before["occupied"] + 1)
    watch.cancel()
    hold = crew.GetHold(crew_service_pb2.GetHoldRequest(space_id=SPACE, hold_id=command), **CALL)

    print(json.dumps({
        "health": health_pb2.HealthCheckResponse.ServingStatus.Name(health.status),
        "found": [{"space_id": o.space_id, "minutes": o.travel.minutes, **numbers(o.availability)} for o in found.options],
        "offers": len(found.offers),
        "snapshot": before,
        "hold": {"outcome": held.WhichOneof("outcome"), "is_command": held.placed.hold_id == command, "same_again": again == held,
                 "telephone": held.telephone, **numbers(held.availability)},
        "seen_held": seen_held,
        "arrival": {"outcome": arrived.WhichOneof("outcome"), "over_safe_capacity": arrived.arrived.over_safe_capacity},
        "seen_arrived": seen_arrived,
        "hold_status": common_pb2.HoldStatus.Name(hold.hold.status),
        "refusal": refusal(crew),
    }))


main()
