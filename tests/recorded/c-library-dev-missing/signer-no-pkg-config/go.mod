module example.com/release/signer

go 1.24

require github.com/google/gousb v1.1.1
