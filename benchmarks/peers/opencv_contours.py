"""The usual pipeline of OpenCV on depth frames: MOG2 background, opening, contours; no event, no filter.

    .bench/peers/opencv/bin/python benchmarks/peers/opencv_contours.py TASK.json > result.json

The task names arrays (frames, rows, columns) of uint16 millimetres. Distances become eight bits (4 m, as is
usual), MOG2 with its defaults and without shadows finds what is no background, an opening of 3x3 takes specks
away, contours of more than a hundredth of the image get a box. One thread; out: processor seconds of a
frame, the least of three passes, and the boxes found.
"""

import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    cv2.setNumThreads(1)
    kernel = np.ones((3, 3), np.uint8)
    found = {}
    for name, path in task["arrays"].items():
        frames = np.load(path)
        background = cv2.createBackgroundSubtractorMOG2(history=500, detectShadows=False)
        least = frames.shape[1] * frames.shape[2] / 100
        passes, boxes, count = [], 0, max(len(frames), 600)
        for _ in range(4):
            begun = time.process_time()
            for number in range(count):
                shown = cv2.convertScaleAbs(frames[number % len(frames)], alpha=255 / 4000)
                moving = cv2.morphologyEx(background.apply(shown), cv2.MORPH_OPEN, kernel)
                contours, _ = cv2.findContours(moving, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
                for contour in contours:
                    if cv2.contourArea(contour) >= least:
                        cv2.boundingRect(contour)
                        boxes += 1
            passes.append((time.process_time() - begun) / count)
        found[name] = {"seconds": min(passes[1:]), "boxes": boxes}
    print(json.dumps({"version": cv2.__version__, "found": found}))


if __name__ == "__main__":
    main()
