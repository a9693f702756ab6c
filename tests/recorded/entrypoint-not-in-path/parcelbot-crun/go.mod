module example.com/parcel/parcelbot

go 1.27
