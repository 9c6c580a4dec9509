"""A tiny random LLaVA in the published layout, its tokenizer made here."""

from v2a.media.neural import quiet
from v2a_planners import neural

TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: "
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}</s>{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
)


def _tokenizer():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocab = {word: n for n, word in enumerate(["<pad>", "<s>", "</s>", "<image>", *letters])}
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>",
        additional_special_tokens=["<image>"],
    )  # fmt: skip


def tiny_qwen(folder):
    """Write a tiny random Qwen2-VL, which sees pictures as they are and counts places in three ways."""
    torch = neural.torch()
    with quiet():
        from transformers import (
            Qwen2VLConfig,
            Qwen2VLForConditionalGeneration,
            Qwen2VLImageProcessor,
            Qwen2VLProcessor,
            Qwen2VLVideoProcessor,
        )

        marks = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
        tokenizer = _tokenizer()
        tokenizer.add_special_tokens({"additional_special_tokens": ["<image>", *marks]})
        start, end, image, video = (tokenizer.convert_tokens_to_ids(mark) for mark in marks)
        small = {"intermediate_size": 16, "num_attention_heads": 2, "num_key_value_heads": 2}
        rope = {"rope_type": "default", "mrope_section": [2, 1, 1], "rope_theta": 10_000.0}
        config = Qwen2VLConfig(
            text_config={**small, "vocab_size": len(tokenizer), "hidden_size": 16, "num_hidden_layers": 1,
                         "rope_parameters": rope, "max_position_embeddings": 16_384},
            vision_config={"depth": 1, "embed_dim": 16, "hidden_size": 16, "num_heads": 2, "mlp_ratio": 1},
            image_token_id=image, video_token_id=video, vision_start_token_id=start, vision_end_token_id=end,
        )  # fmt: skip
        with torch.random.fork_rng(devices=[]):
            torch.random.manual_seed(4)
            model = Qwen2VLForConditionalGeneration(config)
        model.save_pretrained(folder)
        processor = Qwen2VLProcessor(
            image_processor=Qwen2VLImageProcessor(min_pixels=56 * 56, max_pixels=112 * 112),
            tokenizer=tokenizer,
            video_processor=Qwen2VLVideoProcessor(),
            chat_template=TEMPLATE.replace("<image>", "<|vision_start|><|image_pad|><|vision_end|>"),
        )
        processor.save_pretrained(folder)
    return folder


def tiny_llava(folder, longest=16_384, template=TEMPLATE):
    """Write the checkpoint; it answers with random letters."""
    torch = neural.torch()
    with quiet():
        from transformers import (
            CLIPImageProcessor,
            CLIPVisionConfig,
            LlamaConfig,
            LlavaConfig,
            LlavaForConditionalGeneration,
            LlavaProcessor,
        )

        tokenizer = _tokenizer()
        sight = CLIPVisionConfig(
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            image_size=28,
            patch_size=14,
        )
        words = LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=16, intermediate_size=16, num_hidden_layers=1,
            num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=longest,
            pad_token_id=0, bos_token_id=1, eos_token_id=2,
        )  # fmt: skip
        config = LlavaConfig(
            vision_config=sight, text_config=words, image_token_index=3, image_token_id=3,
            vision_feature_layer=-1, vision_feature_select_strategy="default",
        )  # fmt: skip
        with torch.random.fork_rng(devices=[]):
            torch.random.manual_seed(3)
            model = LlavaForConditionalGeneration(config)
        model.save_pretrained(folder)
        side = {"height": 28, "width": 28}
        processor = LlavaProcessor(
            image_processor=CLIPImageProcessor(size={"shortest_edge": 28}, crop_size=side),
            tokenizer=tokenizer, patch_size=14, vision_feature_select_strategy="default",
            num_additional_image_tokens=1, chat_template=template, image_token="<image>",
        )  # fmt: skip
        processor.save_pretrained(folder)
    return folder
