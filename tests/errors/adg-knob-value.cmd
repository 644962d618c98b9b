adg-knob-value.adg --knob=mix=120
