"""Tiny random checkpoints in the published layout."""

import dataclasses
import json

import numpy as np

from v2a_encoders import neural

CLIP = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "patch_size": 16, "head_width": 16},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 1, "layers": 1},
}
WORDS = {"<pad>": 0, "</s>": 1, "<unk>": 2, "rain": 3, "on": 4, "tin": 5}


def tiny_clip(folder, seed=1):
    torch = neural.torch()
    import open_clip
    from safetensors.torch import save_file

    folder.mkdir()
    preprocess = {"mean": [0.48, 0.45, 0.4], "std": [0.26, 0.26, 0.27]}
    config = {"model_cfg": CLIP, "preprocess_cfg": preprocess}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    torch.manual_seed(seed)
    state = open_clip.model.CLIP(**CLIP).state_dict()
    save_file({k: v.contiguous() for k, v in state.items()}, folder / "open_clip_model.safetensors")


def _tiny_tokens(folder):
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="<unk>",
        pad_token="<pad>",
        eos_token="</s>",
        model_max_length=4,
    )
    fast.save_pretrained(folder)


def tiny_t5(folder, seed=1):
    torch = neural.torch()
    from transformers import T5Config, T5EncoderModel

    _tiny_tokens(folder)
    torch.manual_seed(seed)
    config = T5Config(vocab_size=8, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    T5EncoderModel(config).save_pretrained(folder)


def tiny_t5gemma(folder, seed=1):
    """A whole model, with decoder and head, as the hub has it."""
    torch = neural.torch()
    from transformers import T5GemmaConfig, T5GemmaForConditionalGeneration, T5GemmaModuleConfig

    _tiny_tokens(folder)
    torch.manual_seed(seed)
    sizes = {
        "vocab_size": 8,
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
        "query_pre_attn_scalar": 8,
    }
    encoder, decoder = T5GemmaModuleConfig(**sizes), T5GemmaModuleConfig(**sizes)
    config = T5GemmaConfig(encoder=encoder, decoder=decoder, vocab_size=8)
    model = T5GemmaForConditionalGeneration(config).eval()
    model.save_pretrained(folder)
    return model


def drawn(model, seed):
    """The model with random numbers everywhere."""
    torch = neural.plain_torch()
    draws = torch.Generator().manual_seed(seed)
    for tensor in model.state_dict().values():
        tensor.normal_(0, 0.2, generator=draws)
    return model.eval().requires_grad_(False)


def tiny_synchformer(folder, seed=1):
    """A tower, and the file in which it is published beside other towers."""
    torch = neural.plain_torch()
    from v2a_encoders import synchformer

    config = synchformer.Config(embed_dim=16, depth=1, num_heads=2, mlp_ratio=2)
    model = drawn(synchformer.network(config), seed)
    besides = {"afeat_extractor.ast.cls_token": torch.zeros(1, 1, 4), "vproj.bias": torch.zeros(3)}
    folder.mkdir(exist_ok=True)
    torch.save({**model.state_dict(), **besides}, folder / "synchformer_state_dict.pth")
    (folder / "config.json").write_text(json.dumps(dataclasses.asdict(config)))
    return model


def tiny_videoprism(folder, seed=1):
    """A model, and the arrays as which it is published with a text tower."""
    from v2a_encoders import videoprism

    config = videoprism.Config(
        num_spatial_layers=1, num_temporal_layers=1, num_auxiliary_layers=1, mlp_dim=16, model_dim=16, num_heads=2
    )  # fmt: skip
    model = drawn(videoprism.network(config), seed)
    arrays = {name.replace(".", "/"): t.numpy() for name, t in model.state_dict().items()}
    folder.mkdir(exist_ok=True)
    text = {"params/text_encoder/cls_emb": np.zeros((1, 1, 16), np.float32)}
    np.savez(folder / "flax_lvt_large_f8r288_repeated.npz", **arrays, **text)
    (folder / "config.json").write_text(json.dumps(dataclasses.asdict(config)))
    return model
