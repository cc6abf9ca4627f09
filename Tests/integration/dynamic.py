"""A rig whose broker learns its devices from the service: mosquitto with dynamic-security."""

import base64
import hashlib
import json
import secrets

from rig import Rig

PLUGIN = "/usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so"
CONTROL = "$CONTROL/dynamic-security/v1"
SERVICE = [("publishClientSend", "pikapalaute/v1/+/+/ack"),
           ("publishClientSend", "pikapalaute/v1/+/+/config"),
           ("publishClientReceive", "pikapalaute/v1/+/+/press"),
           ("publishClientReceive", "pikapalaute/v1/+/+/status"),
           ("subscribePattern", "pikapalaute/v1/+/+/press"),
           ("subscribePattern", "pikapalaute/v1/+/+/status"),
           ("unsubscribePattern", "#")]
# Nothing but what making logins needs.
ENROL = [("publishClientSend", CONTROL), ("publishClientReceive", CONTROL + "/response"),
         ("subscribeLiteral", CONTROL + "/response")]


def client(name, password):
    salt = secrets.token_bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
    return {"username": name, "textname": name, "roles": [{"rolename": name}],
            "password": base64.b64encode(digest).decode(),
            "salt": base64.b64encode(salt).decode(), "iterations": 101}


def role(name, rights):
    return {"rolename": name, "acls": [
        {"acltype": kind, "topic": topic, "priority": 0, "allow": True} for kind, topic in rights]}


class DynamicRig(Rig):
    def __init__(self, folder, registry):
        super().__init__(folder, registry, {}, "")
        password = secrets.token_hex(16)
        file = self.folder / "dynamic-security.json"
        file.write_text(json.dumps({
            "defaultACLAccess": {"publishClientSend": False, "publishClientReceive": False,
                                 "subscribe": False, "unsubscribe": False},
            "clients": [client("pikapalaute", self.credentials["pikapalaute"]),
                        client("pikapalaute-enrol", password)],
            "groups": [], "roles": [role("pikapalaute", SERVICE),
                                    role("pikapalaute-enrol", ENROL)]}))
        file.chmod(0o600)
        configuration = self.folder / "mosquitto.conf"
        lines = [line for line in configuration.read_text().splitlines()
                 if not line.startswith(("password_file", "acl_file"))]
        configuration.write_text("\n".join(
            [f"plugin {PLUGIN}", f"plugin_opt_config_file {file}", *lines, "log_type notice", ""]))
        self.service.environment |= {
            "PIKAPALAUTE_MQTT_ENROL": "dynamic-security", "PIKAPALAUTE_MQTT_ENROL_PASSWORD": password}
