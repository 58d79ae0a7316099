-- CreateEnum
CREATE TYPE "LiteLLM_GuardrailStage" AS ENUM ('pre_call', 'during_call', 'post_call');

-- AlterEnum
ALTER TYPE "LiteLLM_FilePurpose" ADD VALUE 'vision';

-- AlterTable
ALTER TABLE "LiteLLM_ProxyModel" ADD COLUMN     "blocked" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "LiteLLM_Tag" (
    "name" TEXT NOT NULL,
    "description" TEXT,
    "budget_id" TEXT,
    "spend" DOUBLE PRECISION NOT NULL DEFAULT 0.0,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LiteLLM_Tag_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "LiteLLM_Prompt" (
    "id" TEXT NOT NULL,
    "prompt_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "params" JSONB NOT NULL,
    "info" JSONB,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "LiteLLM_Prompt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LiteLLM_Guardrail" (
    "guardrail_id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "stages" "LiteLLM_GuardrailStage"[],
    "params" JSONB NOT NULL,
    "info" JSONB,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "LiteLLM_Guardrail_pkey" PRIMARY KEY ("guardrail_id")
);

-- CreateTable
CREATE TABLE "_ModelTags" (
    "A" TEXT NOT NULL,
    "B" TEXT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "LiteLLM_Prompt_version_key" ON "LiteLLM_Prompt"("prompt_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "LiteLLM_Guardrail_name_key" ON "LiteLLM_Guardrail"("name");

-- CreateIndex
CREATE UNIQUE INDEX "_ModelTags_AB_unique" ON "_ModelTags"("A", "B");

-- CreateIndex
CREATE INDEX "_ModelTags_B_index" ON "_ModelTags"("B");

-- AddForeignKey
ALTER TABLE "LiteLLM_Tag" ADD CONSTRAINT "LiteLLM_Tag_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "LiteLLM_Budget"("budget_id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_ModelTags" ADD CONSTRAINT "_ModelTags_A_fkey" FOREIGN KEY ("A") REFERENCES "LiteLLM_ProxyModel"("model_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_ModelTags" ADD CONSTRAINT "_ModelTags_B_fkey" FOREIGN KEY ("B") REFERENCES "LiteLLM_Tag"("name") ON DELETE CASCADE ON UPDATE CASCADE;
