package main

import (
	"fmt"

	"github.com/DataDog/zstd"
)

func main() {
	out, err := zstd.Compress(nil, []byte("snapshot"))
	fmt.Println(len(out), err)
}
