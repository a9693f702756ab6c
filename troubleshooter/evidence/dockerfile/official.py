"""Images that Docker Hub knows by a single word: another word after FROM is rather a stage that does not exist."""

from __future__ import annotations

_OFFICIAL = frozenset([
    "alpine", "amazonlinux", "bash", "buildpack-deps", "busybox", "caddy", "centos", "composer", "curl", "debian", "docker",
    "eclipse-temurin", "fedora", "golang", "haproxy", "httpd", "julia", "memcached", "mysql", "nginx", "node", "oraclelinux",
    "photon", "php", "postgres", "python", "redis", "registry", "rockylinux", "ruby", "rust", "scratch", "swift", "traefik",
    "ubuntu", "vault", "wordpress",
])  # fmt: skip


def is_official(image: str) -> bool:
    """Whether a name without tag or slash is that of a well-known official image (or scratch)."""
    return image.lower() in _OFFICIAL
