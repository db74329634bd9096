# SPDX-License-Identifier: ISC
#
# manufacturers.tsv -> the rows of struct sx_maker in maker.c, by rising ID.
# POSIX awk, bytes (LC_ALL=C). The brand is the name without what its owners
# would leave out when they speak of it: legal forms, former names, places.

BEGIN {
	FS = "\t"
	forms = " inc incorporated corp corporation co company ltd limited llc" \
	    " llc-fz lp plc gmbh kg ag ab as aps bv b.v bvba spa s.p.a sa s.a" \
	    " sas srl s.r.l s.r.o sl oy og ou gbr kk kft p.c pty pte sp z o.o" \
	    " mfg esi uk usa germany & c/o dba "

	# Where the brand is not the beginning of the name, or shorter.
	brand["01"] = "Sequential"
	brand["04"] = "Moog"
	brand["07"] = "Kurzweil"
	brand["10"] = "Oberheim"
	brand["31"] = "Viscount"
	brand["33"] = "Clavia"
	brand["3A"] = "Steinberg"
	brand["3E"] = "Waldorf"
	brand["40"] = "Kawai"
	brand["44"] = "Casio"
	brand["47"] = "Akai"
	brand["55"] = "Suzuki"
	brand["7D"] = "Non-commercial"
	brand["7E"] = "Universal"
	brand["7F"] = "Universal"
	brand["00000E"] = "Alesis"
	brand["002020"] = "Doepfer"
	brand["002029"] = "Novation"
	brand["00202B"] = "Medeli"
	brand["002033"] = "Access"
	brand["002107"] = "Modal"
}

function short(name,    word, part, n) {
	gsub(/ *\([^)]*\)/, "", name)
	while ((n = split(name, part, /[ ,]+/)) > 1) {
		word = tolower(part[n])
		sub(/\.$/, "", word)
		if (word != "" && !index(forms, " " word " "))
			break
		sub(/[ ,]+[^ ,]*$/, "", name)
	}
	sub(/ *,$/, "", name)
	return name
}

function quoted(text) {
	gsub(/\\/, "&&", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}

function row(id, number) {
	return "\t{ " number ", " quoted($2) ",\n\t    " \
	    quoted(id in brand ? brand[id] : short($2)) " },\n"
}

function fail(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why | "cat >&2"
	failed = 1
	exit 1
}

/^#/ || $1 == "id_hex" { next }

NF != 2 || $1 !~ /^([0-7][0-9A-F]|00[0-7][0-9A-F][0-7][0-9A-F])$/ {
	fail("not a row of ID and name")
}

length($1) == length(last) && $1 <= last { fail("ID out of order") }

{ last = $1 }

# 00 00 xx would be the same number as the one byte xx: see maker.h.
/^0000/ { last_rows = last_rows row($1, "0x01" $1); next }

{ printf "%s", row($1, "0x" $1) }

END {
	if (!failed)
		printf "%s", last_rows
}
