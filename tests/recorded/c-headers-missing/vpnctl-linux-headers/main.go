package main

/*
#include <linux/if_tun.h>
static int tun_flags(void) { return IFF_TUN | IFF_NO_PI; }
*/
import "C"

import "fmt"

func main() { fmt.Printf("tun flags %#x\n", int(C.tun_flags())) }
