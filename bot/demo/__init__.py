"""The posts that the demo reads: three invented days, as X's recent search would answer. Nobody in them is real.

`NAMES` are the labs, models and products that they speak of, for the topic that reads them.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date
from importlib import resources
from pathlib import Path

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 7)
TIMEZONE = "Asia/Shanghai"
NAMES = (
    *("Northwind Labs", "Northwind", "Tern-3 mini", "Tern-3", "Tern-2", "Quillcode", "Mirrorline", "Prism-2"),
    *("CodeTrial", "Lowlight Lab", "Halden Micro", "Halden", "HaldenLink", "Orrin", "Kestrel Compute", "Dunmore"),
    *("Lanternfish", "Reel 1.5", "Pelham Robotics", "Cobaltine", "Ledgerling", "Brightmoor", "Corvane Cloud"),
    *("Obra", "Harborbridge", "Wangshu 2.5", "望舒 2.5", "望舒", "澄海智能", "澄海", "方塘 Pro", "方塘", "半亩科技"),
    *("墨池 4", "墨池", "砚台科技", "拓野机器人", "拓野 T2", "拓野", "流云 2", "流云视频", "见微医疗", "见微"),
    *("晨屿科技", "晨屿", "智能体管理办法", "征求意见稿", "大模型", "智能体"),
)


def posts_file() -> AbstractContextManager[Path]:
    """Within it, the path of one X API v2 page: every post of FIRST to LAST (whole days of TIMEZONE), newest first."""
    return resources.as_file(resources.files(__name__) / "posts.json")
