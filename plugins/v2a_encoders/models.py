"""The published weights of models that see, read and hear: where they are, and on what terms."""

from __future__ import annotations

import v2a

_HUB = "https://huggingface.co"
_PRISM = ("the generator prism",)

SYNCHFORMER = v2a.ModelCard(
    name="synchformer",
    version="1",
    about="when things move, to 1/12 s: Synchformer's picture tower",
    licence=v2a.Licence("MIT", "unclear", "unknown", "https://github.com/v-iashin/Synchformer"),
    home=f"{_HUB}/FunAudioLLM/PrismAudio",
    conditions=(
        "Synchformer's repository is under MIT and says nothing of the weights by themselves.",
        "This copy lies beside PrismAudio, whose authors want all of theirs used for research and education only.",
    ),
    needed_by=_PRISM,
    files=(
        v2a.ModelFile(
            "synchformer_state_dict.pth",
            (f"{_HUB}/FunAudioLLM/PrismAudio/resolve/main/synchformer_state_dict.pth",),
            950_058_171,
        ),
    ),
)

VIDEOPRISM = v2a.ModelCard(
    name="videoprism",
    version="1",
    about="what is to be seen: VideoPrism with its text space (LvT large)",
    licence=v2a.Licence(
        "Apache-2.0", "CC-BY-4.0", "yes", "https://github.com/google-deepmind/videoprism#license"
    ),
    home=f"{_HUB}/google/videoprism-lvt-large-f8r288",
    conditions=(
        "Its authors put software under Apache-2.0 and all else under CC-BY-4.0: name them where you pass it on.",
    ),
    needed_by=_PRISM,
    repository=v2a.ModelRepository(
        "google/videoprism-lvt-large-f8r288", ("flax_lvt_large_f8r288_repeated.npz",)
    ),
)

T5GEMMA = v2a.ModelCard(
    name="t5gemma",
    version="1",
    about="what a chain of thought says: T5Gemma's encoder (l-l, UL2, instructed)",
    licence=v2a.Licence("Apache-2.0", "Gemma terms of use", "unknown", "https://ai.google.dev/gemma/terms"),
    home=f"{_HUB}/google/t5gemma-l-l-ul2-it",
    conditions=(
        "Google's Gemma terms bind you to a list of prohibited uses, and whoever you pass it on to as well.",
        "Whether a use is a commercial one that they allow, the terms say and v2a does not.",
    ),
    needed_by=_PRISM,
    repository=v2a.ModelRepository(
        "google/t5gemma-l-l-ul2-it",
        ("config.json", "model*.safetensors*", "tokenizer*", "special_tokens_map.json"),
    ),
    gated=True,
)

CLIP = v2a.ModelCard(
    name="clip",
    version="1",
    about="what a picture shows, told by words: CLIP ViT-B/32, trained on LAION-2B",
    licence=v2a.Licence("MIT", "MIT", "yes", f"{_HUB}/laion/CLIP-ViT-B-32-laion2B-s34B-b79K"),
    home=f"{_HUB}/laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
    conditions=(
        "It was trained on pictures and texts found on the web, and its authors mean it for research.",
    ),
    needed_by=("the observer that tags scenes by CLIP", "the encoders clip and clip-text"),
    repository=v2a.ModelRepository(
        "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", ("open_clip_config.json", "open_clip_model.safetensors")
    ),
)

AST = v2a.ModelCard(
    name="ast",
    version="1",
    about="speech and music in takes: an Audio Spectrogram Transformer that knows AudioSet",
    licence=v2a.Licence(
        "BSD-3-Clause", "BSD-3-Clause", "yes", f"{_HUB}/MIT/ast-finetuned-audioset-10-10-0.4593"
    ),
    home=f"{_HUB}/MIT/ast-finetuned-audioset-10-10-0.4593",
    needed_by=("the metrics speech and music",),
    repository=v2a.ModelRepository(
        "MIT/ast-finetuned-audioset-10-10-0.4593",
        ("config.json", "preprocessor_config.json", "model.safetensors"),
    ),
)

ALL = (SYNCHFORMER, VIDEOPRISM, T5GEMMA, CLIP, AST)
