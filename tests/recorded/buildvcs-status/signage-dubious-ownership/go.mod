module example.com/ads/signage

go 1.24
