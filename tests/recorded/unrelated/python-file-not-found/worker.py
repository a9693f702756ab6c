import tomllib

with open("/app/config.toml", "rb") as f:
    print(tomllib.load(f))
