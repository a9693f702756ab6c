import urllib.request

print(urllib.request.urlopen("https://billing.corp.example/api/open").read())
