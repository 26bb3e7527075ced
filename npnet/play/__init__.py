"""``npnet play``: a page on which npnet trains a small net in the plane, step by step, in this process.

`npnet.play.choices` has what can be chosen, `npnet.play.data` the points, `npnet.play.run` the training,
`npnet.play.snapshot` what a frame shows, `npnet.play.apart` one step taken apart, `npnet.play.script` the same
training as a script, `npnet.play.walks` the guided walks. `npnet.play.player` answers messages, `npnet.play.server`
carries them.
"""
