"""A gateway in front of photos_api: Caddy or nginx, whichever is installed.

At its first port it is told which file to send (X-Accel-Redirect); at the others it
passes on what ours sends in one piece, and what Django sends by itself.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import free_port, running

CADDY = """
{{
	admin off
	auto_https off
	persist_config off
}}
http://:{sending} {{
	reverse_proxy 127.0.0.1:{told} {{
		@file header X-Accel-Redirect *
		handle_response @file {{
			root * {folder}
			rewrite * {{rp.header.X-Accel-Redirect}}
			copy_response_headers {{
				exclude X-Accel-Redirect Content-Length
			}}
			file_server
		}}
	}}
}}
http://:{passing} {{
	reverse_proxy 127.0.0.1:{plain}
}}
http://:{streaming} {{
	reverse_proxy 127.0.0.1:{stock}
}}
"""
# `etag off` and the lines below it: what is sent carries our headers, not nginx's.
NGINX = """
{user}
worker_processes 1;
pid {work}/nginx.pid;
error_log {work}/nginx-error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {work}/body;
  proxy_temp_path {work}/proxy;
  fastcgi_temp_path {work}/fastcgi;
  uwsgi_temp_path {work}/uwsgi;
  scgi_temp_path {work}/scgi;
  sendfile on;
  keepalive_requests 1000000;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  upstream told {{ server 127.0.0.1:{told}; keepalive 16; }}
  upstream plain {{ server 127.0.0.1:{plain}; keepalive 16; }}
  upstream stock {{ server 127.0.0.1:{stock}; keepalive 16; }}
  server {{
    listen 127.0.0.1:{sending};
    location / {{ proxy_pass http://told; }}
    location /media/ {{
      internal;
      alias {folder}/media/;
      etag off;
      if_modified_since off;
      add_header ETag $upstream_http_etag;
      add_header X-Content-Type-Options $upstream_http_x_content_type_options;
    }}
  }}
  server {{
    listen 127.0.0.1:{passing};
    location / {{ proxy_pass http://plain; }}
  }}
  server {{
    listen 127.0.0.1:{streaming};
    location / {{ proxy_pass http://stock; }}
  }}
}}
"""


@dataclass(frozen=True)
class Gateway:
    """One that runs."""

    name: str
    sending: int  # the port where it sends files itself
    passing: int  # the port where it passes them on
    streaming: int  # and where it gets them in Django's own way
    pid: int


@contextmanager
def gateway(work: Path, told: int, plain: int, stock: int) -> Iterator[Gateway | None]:
    """None if neither is installed. ``work`` has the folder media in it."""
    ports = {name: free_port() for name in ("sending", "passing", "streaming")}
    slots = {**ports, "told": told, "plain": plain, "stock": stock}
    user = "user root;" if os.geteuid() == 0 else ""
    for name, pattern in (("caddy", CADDY), ("nginx", NGINX)):
        program = shutil.which(name) or shutil.which(name, path="/usr/sbin")
        if program is None:
            continue
        config = work / f"{name}.conf"
        config.write_text(pattern.format(**slots, folder=work, work=work, user=user))
        options = {
            "caddy": ["run", "--adapter", "caddyfile", "--config", str(config)],
            "nginx": ["-c", str(config), "-g", "daemon off;"],
        }
        command = [program, *options[name]]
        log = work / f"{name}.log"
        with running(command, {}, ports["passing"], log) as process:
            yield Gateway(name, pid=process.pid, **ports)
        return
    yield None
