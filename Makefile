.PHONY: demo test check quick setup
demo test check quick setup:
	./run $@
