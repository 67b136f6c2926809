"""Stories → sections: `llm.LlmWriter` with a model, `offline.OfflineWriter` without."""
