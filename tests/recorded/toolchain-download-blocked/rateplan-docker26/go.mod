module example.com/telecom/rateplan

go 1.26.0

toolchain go1.26.5
