"""The man page, from what the argument parser says of itself.

    pikapalaute --experimental-dump-help | python3 Packaging/manual.py VERSION DATE >pikapalaute.1
"""

import json
import sys

# Said once, for all commands.
COMMON = {"database", "config", "help", "version"}


def escaped(text):
    """Text as roff takes it literally: dashes that can be copied, no line that is a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join("\\&" + line if line.startswith((".", "\\(aq")) else line
                     for line in text.split("\n"))


def paragraphs(text):
    """A discussion; its indented lines are examples."""
    lines = []
    is_example = False
    for line in text.strip("\n").split("\n"):
        begins = line.startswith(" ")
        if begins != is_example:
            lines.append(".EX" if begins else ".EE")
            is_example = begins
        lines.append(escaped(line) if line else ("" if is_example else ".PP"))
    if is_example:
        lines.append(".EE")
    return lines


def spelled(argument):
    """How an argument is written: its names, its value."""
    if argument["kind"] == "positional":
        return f"\\fI{escaped(argument['valueName'])}\\fR"
    names = ["\\fB" + escaped(("-" if name["kind"] == "short" else "--") + name["name"]) + "\\fR"
             for name in argument["names"]]
    value = f" \\fI{escaped(argument['valueName'])}\\fR" if argument["kind"] == "option" else ""
    return ", ".join(names) + value


def of_arguments(arguments):
    lines = []
    for argument in arguments:
        if not argument["shouldDisplay"]:
            continue
        says = argument.get("abstract", "")
        if "defaultValue" in argument:
            says += f" (default: {argument['defaultValue']})"
        lines += [".TP", spelled(argument), escaped(says) or "\\&"]
    return lines


def name_of(argument):
    return (argument.get("preferredName") or {}).get("name")


def of_command(command, above):
    """A command and those below it, each with what only it takes."""
    words = f"{above} {command['commandName']}".strip()
    own = [a for a in command.get("arguments", []) if name_of(a) not in COMMON]
    below = [c for c in command.get("subcommands", [])
             if c["commandName"] != "help" and c["shouldDisplay"]]
    lines = [f".SS {escaped(words)}", escaped(command.get("abstract", ""))]
    if command.get("discussion"):
        lines += [".PP", *paragraphs(command["discussion"])]
    lines += of_arguments(own)
    for each in below:
        lines += of_command(each, words)
    return lines


def page(root, version, date):
    commands = [c for c in root["subcommands"] if c["commandName"] != "help" and c["shouldDisplay"]]
    common = {name_of(a): a for c in commands for a in c.get("arguments", [])
              if name_of(a) in COMMON}
    lines = [f'.TH PIKAPALAUTE 1 "{date}" "pikapalaute {version}" "User Commands"',
             ".SH NAME", f"pikapalaute \\- {escaped(root['abstract'].rstrip('.').lower())}",
             ".SH SYNOPSIS", ".B pikapalaute", ".I command", "[\\fIoptions\\fR]",
             ".SH DESCRIPTION", *paragraphs(root["discussion"]),
             ".SH OPTIONS OF EVERY COMMAND ON A DATABASE",
             *of_arguments(common[name] for name in sorted(common)), ".SH COMMANDS"]
    for command in commands:
        lines += of_command(command, "")
    lines += [".SH EXIT STATUS", "0: done; 1: it failed, for the reason that one line says; "
              "64: wrong arguments; 66: a file is not there; 78: a wrong setting.",
              ".SH FILES", ".TP", ".I /etc/pikapalaute/pikapalaute.yaml",
              "Settings of the service.", ".TP", ".I /etc/pikapalaute/registry.yaml",
              "Places, questions and devices.", ".TP", ".I /var/lib/pikapalaute", "The database.",
              ".TP", ".I /var/backups/pikapalaute",
              "Copies: nightly ones, and one from before each upgrade."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page(json.load(sys.stdin)["command"], *sys.argv[1:3]))
