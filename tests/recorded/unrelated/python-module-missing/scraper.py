import requests

print(requests.get("https://api.example.com/").status_code)
