"""The demonstration: a whole service on one machine, with nothing installed beside Python."""
