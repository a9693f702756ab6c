package main

/*
#cgo pkg-config: libsystemd
#include <systemd/sd-journal.h>
static int open_journal(void) { sd_journal *j; return sd_journal_open(&j, SD_JOURNAL_LOCAL_ONLY); }
*/
import "C"

import "fmt"

func main() { fmt.Println(C.open_journal()) }
