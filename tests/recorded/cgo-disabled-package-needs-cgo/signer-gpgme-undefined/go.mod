module example.com/release/signer

go 1.25

require github.com/proglottis/gpgme v0.1.1
