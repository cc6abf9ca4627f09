"""What the grammar of `/api/v1` changed on purpose (CHANGELOG, "One grammar"), undone for comparing.

An answer of before, in the words of now: whatever differs after that was not meant to. It goes when a
release with the grammar is what one compares with.
"""

import json

NAMES = {"units": "rows", "points": "rows", "cells": "rows", "periods": "rows", "word": "verdict"}
VERDICTS = {"no significant change", "not enough responses", "not enough days"}
STATISTICS = tuple(f"/api/v1/{name}" for name in (
    "comparison", "control-chart", "ranking", "hour-of-week"))
# Those that can be kept by a tag now, or come as a table too.
KEPT = STATISTICS + ("/api/v1/revisions", "/api/v1/devices")

# Answers that are to change: (regular expression that an address or command matches, reason).
EXPECTED = [
    (r"[?&]question=(atlantis|Palvelu|palvelu%2Ckaynti|)(&| )", "an unknown question is 404"),
    (r"/api/v1/control-chart\?(?!\S*\bby=[a-z])", "by must be given"),
    (r"[?&]dialect=", "a parameter that is new"),
    (r"/api/v1/(comparison|control-chart|ranking|hour-of-week|revisions|devices)\?\S*\bformat=",
     "they come as tables too"),
    (r"/api/v1/(comparison|control-chart|ranking|hour-of-week|revisions|devices)\S* .*"
     r"(Accept|If-None-Match): ", "they come as tables too, and say 304"),
    (r"/api/v1/openapi.json", "it describes all this"),
    (r"/metrics", "requests are timed"),
    (r"^pikapalaute (routes|--help)", "exports name a node; there are pages and commands"),
    (r"^[A-Z]+ /(\?\S*|sign-in\S*)? ", "there are pages"),
]


def renamed(value):
    if isinstance(value, list):
        return [renamed(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"lower", "upper"}:
        return {"low": value["lower"], "high": value["upper"]}
    said = {}
    for name, member in value.items():
        if name == "estimate" and "difference" in value:
            continue
        if name == "word" and member in VERDICTS:
            member = member.replace(" ", "_")
        if name == "reason" and isinstance(member, str):
            member = member.replace("held against each other", "compared with each other")
        said[NAMES.get(name, name)] = renamed(member)
    return said


def in_words_of_now(route, before, after):
    """Both answers, comparable."""
    return said(route, before, is_before=True), said(route, after, is_before=False)


def said(route, answer, is_before):
    status, found, body = answer
    found = dict(found)
    if is_before and "Authorization" in found.get("vary", ""):
        found["vary"] += ", Cookie"
    if route in KEPT and status == 200:
        for name in ("vary", "cache-control", "etag"):
            found.pop(name, None)
    if status == 400 and b"; allowed: " in body:
        body = body[:body.index(b"; allowed: ")]
    is_json = found.get("content-type", "").startswith("application/json")
    if status == 200 and body and is_json and (
            route in STATISTICS or route == "/api/v1/publications"):
        value = json.loads(body)
        if is_before:
            value = renamed(value)
        elif route in STATISTICS:
            del value["revision"]
        body = json.dumps(value).encode()
    return status, found, body
