module example.com/print/leaflet

go 1.27
