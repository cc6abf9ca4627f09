"""Authorities and certificates made on the spot, by openssl."""

import subprocess

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """A CA of its own in a folder; `file` is its certificate."""

    def __init__(self, folder, name="Test CA"):
        self.folder = folder / name.replace(" ", "-")
        self.folder.mkdir(parents=True)
        self.file, self.key = self.folder / "ca.pem", self.folder / "ca.key"
        openssl("req", "-x509", *KEY, "-keyout", self.key, "-out", self.file, "-days", 30,
                "-subj", f"/CN={name}", "-addext", "keyUsage=critical,keyCertSign")

    def issue(self, name, hosts="DNS:localhost,IP:127.0.0.1", days=30, key=KEY):
        """(certificate, key) for these hosts; `key`: how openssl makes one."""
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        certificate, key_file = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        openssl("req", "-new", *key, "-keyout", key_file, "-out", request, "-subj", f"/CN={name}")
        extensions.write_text(f"subjectAltName={hosts}\n")
        openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.key,
                "-CAcreateserial", "-days", days, "-extfile", extensions, "-out", certificate)
        return certificate, key_file
