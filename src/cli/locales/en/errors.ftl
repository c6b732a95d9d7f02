unit-bytes = { $count ->
    [one] { $count } byte
   *[other] { $count } bytes
}
unit-bytes-both = { $count } bytes ({ $short })
unit-seconds = { $seconds } s
unit-minutes = { $minutes } min { $seconds } s
unit-hours = { $hours } h { $minutes } min { $seconds } s
unit-time = { $year }-{ $month }-{ $day } { $clock } ({ $offset })
