module example.com/net/wiretap

go 1.21

require github.com/google/gopacket v1.1.19

require (
	golang.org/x/net v0.7.0 // indirect
	golang.org/x/sys v0.3.0 // indirect
)
