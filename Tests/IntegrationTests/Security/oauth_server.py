"""An OAuth 2.0 server for tests, made of Authlib: client credentials, signed JWTs (RFC 9068), JWKS.

    oauth_server.py [SECONDS]

Prints `port N` and serves until its standard input ends. The client `laminar` has the secret `laminar-oauth-secret`.
Tokens live SECONDS, 3600 unless told otherwise, and are for the audience `kafka`; those of the scope `elsewhere` aren't.
"""

import logging
import os
import sys
import threading

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from flask import Flask, jsonify
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "test"})
life = int(sys.argv[1]) if len(sys.argv) > 1 else 3600


class Client(ClientMixin):
    def get_client_id(self):
        return "laminar"

    def get_allowed_scope(self, scope):
        return scope or ""

    def check_client_secret(self, client_secret):
        return client_secret == "laminar-oauth-secret"

    def check_endpoint_auth_method(self, method, endpoint):
        return method in ("client_secret_basic", "client_secret_post")

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"


class Tokens(JWTBearerTokenGenerator):
    def get_jwks(self):
        return KeySet([key])

    def get_audiences(self, client, user, scope):
        return "somebody-else" if scope == "elsewhere" else "kafka"


app = Flask("oauth")
server = AuthorizationServer(app, query_client=lambda name: Client() if name == "laminar" else None, save_token=lambda *_: None)
server.register_grant(type("Grant", (grants.ClientCredentialsGrant,), {"TOKEN_ENDPOINT_AUTH_METHODS": ["client_secret_basic", "client_secret_post"]}))
server.register_token_generator("default", Tokens(issuer="http://oauth.test", expires_generator=lambda client, grant: life))


@app.post("/token")
def token():
    return server.create_token_response()


@app.get("/jwks")
def jwks():
    return jsonify({"keys": [key.as_dict(private=False)]})


logging.getLogger("werkzeug").setLevel(logging.ERROR)
http = make_server("127.0.0.1", 0, app, threaded=True)
threading.Thread(target=http.serve_forever, daemon=True).start()
print("port", http.server_port, flush=True)
sys.stdin.read()
os._exit(0)
