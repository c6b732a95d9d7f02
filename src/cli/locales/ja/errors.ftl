unit-bytes = { $count } バイト
unit-bytes-both = { $count } バイト（{ $short }）
unit-seconds = { $seconds }秒
unit-minutes = { $minutes }分{ $seconds }秒
unit-hours = { $hours }時間{ $minutes }分{ $seconds }秒
unit-time = { $year }年{ $month }月{ $day }日 { $clock }（{ $offset }）
