// SPDX-License-Identifier: Apache-2.0

// go_syslog reads syslog records from stdin, one a line, with go-syslog's
// parser of RFC 5424 and prints one JSON object for each. It says what is wrong
// with the first bad one and exits with 1.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/influxdata/go-syslog/rfc5424"
)

type record struct {
	Pri   uint8                         `json:"pri"`
	Time  string                        `json:"time"`
	Host  string                        `json:"host"`
	App   string                        `json:"app"`
	MsgID string                        `json:"msgid"`
	SD    *map[string]map[string]string `json:"sd"`
	Msg   string                        `json:"msg"`
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func when(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for n := 1; lines.Scan(); n++ {
		parsed, err := rfc5424.NewParser().Parse(lines.Bytes())
		if err != nil {
			fmt.Fprintf(os.Stderr, "go_syslog: %d: %v\n", n, err)
			os.Exit(1)
		}
		m := parsed.(*rfc5424.SyslogMessage)
		_ = out.Encode(record{
			Pri:   *m.Priority(),
			Time:  when(m.Timestamp()),
			Host:  text(m.Hostname()),
			App:   text(m.Appname()),
			MsgID: text(m.MsgID()),
			SD:    m.StructuredData(),
			Msg:   text(m.Message()),
		})
	}
}
