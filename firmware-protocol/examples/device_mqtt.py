#!/usr/bin/env python3
"""A feedback device over MQTT and TLS, with --websocket inside a WebSocket: paho-mqtt, `journal.py` beside it.

    device_mqtt.py --host palaute.example --ca-file ca.pem --site helsinki --device hn-0001 \\
        --password-file password --journal presses.sqlite 3 3 0

Each number is a press of that button. It may be killed and started again at any time, with presses or
without: what waits in the journal is sent, and counted once.
"""

import argparse
import json
import pathlib
import queue
import time

import paho.mqtt.client as mqtt

from journal import Journal


def connected(asked, topic, answers):
    """A client that connects again by itself, and hears the service's answers."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=asked.device,
                         transport="websockets" if asked.websocket else "tcp")
    client.username_pw_set(asked.device, pathlib.Path(asked.password_file).read_text().strip())
    client.tls_set(ca_certs=asked.ca_file)
    client.reconnect_delay_set(1, 600)
    client.will_set(f"{topic}/status", json.dumps({"state": "offline"}), qos=1)
    client.on_connect = lambda *_: client.subscribe(f"{topic}/ack", qos=1)
    client.on_message = lambda _, __, message: answers.put(json.loads(message.payload))
    client.connect_async(asked.host, asked.port or (443 if asked.websocket else 8883))
    client.loop_start()
    return client


def deliver(journal, client, topic, answers):
    """Only the service's answer frees presses: PUBACK is the broker's."""
    silence_s = 2
    while message := journal.message():
        if not client.is_connected():
            time.sleep(0.1)
            continue
        client.publish(f"{topic}/press", json.dumps(message), qos=1)
        deadline = time.monotonic() + silence_s
        while (left_s := deadline - time.monotonic()) > 0:
            try:
                if journal.acknowledge(answers.get(timeout=left_s)):
                    silence_s = 2
                    break
            except queue.Empty:
                silence_s = min(2 * silence_s, 600)  # D7


def main():
    parser = argparse.ArgumentParser()
    for name in ("host", "ca-file", "site", "device", "password-file", "journal"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, help="8883, or 443 with --websocket")
    parser.add_argument("--websocket", action="store_true", help="where networks let nothing else out")
    parser.add_argument("buttons", nargs="*", type=int)
    asked = parser.parse_args()
    journal, answers = Journal(asked.journal), queue.SimpleQueue()
    for button in asked.buttons:
        journal.press(button)
    topic = f"pikapalaute/v1/{asked.site}/{asked.device}"
    client = connected(asked, topic, answers)
    deliver(journal, client, topic, answers)
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    main()
