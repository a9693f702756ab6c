module example.com/till/tillpoint

go 1.27

require example.com/vendors/cardreader v1.8.0

replace example.com/vendors/cardreader => ./third_party/cardreader
